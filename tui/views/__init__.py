"""What is shown, as plain values: events and state to rows, lines and shapes. No toolkit."""
