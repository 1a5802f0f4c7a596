"""The command line: each command, its options, and what a person sees."""
