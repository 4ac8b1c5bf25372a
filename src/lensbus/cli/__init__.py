"""The command line: arguments in, people's words out."""
