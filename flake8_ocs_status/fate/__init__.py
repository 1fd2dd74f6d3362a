"""What the code around a call does with each status that the call can be answered with.

From the bottom up: the ``values`` that the executor computes with; the retry ``policies`` that calls make; the
``exchange`` of requests and answers; the ``environment``, which is what the names around them mean; the abstract
``executor``; and ``judging``, which finds the call sites and says what their fates add up to.
"""
