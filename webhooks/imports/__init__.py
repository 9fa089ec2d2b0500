"""Lists that people export from a booking system: from a file's bytes to rows about people."""
