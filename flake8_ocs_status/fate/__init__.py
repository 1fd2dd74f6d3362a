"""What the code around a call does with each status that the call can be answered with."""
