"""`python -m comments_service` is the `comments` command."""

from comments_service.app import main

if __name__ == "__main__":
    main()
