"""Parts of the simulator: the true course of friction, the people, and their answers.

The door is ``analysis.simulate``.
"""
