"""Values and rules. Standard library only: no clock, no random, no await, no logging, no input or output."""
