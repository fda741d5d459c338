# What the plots use of matplotlib, which isn't installed where types are checked.
