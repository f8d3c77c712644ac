"""SMS, a way to reach staff, through any HTTP gateway; and their replies."""
