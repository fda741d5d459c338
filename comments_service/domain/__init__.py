"""The law, pure: values in, values out. No framework, no database, no clock."""
