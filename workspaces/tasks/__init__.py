"""What is to be done: tasks, the graph of their dependencies, and the files they are read from."""
