"""What a person sees and drives: screens, widgets and the command line."""
