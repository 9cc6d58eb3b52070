"""What is timed, against whom, how: see README.md beside this file."""
