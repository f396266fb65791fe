"""What is timed: one module per way of doing the work, each with ``run(**options) -> dict`` of plain values.

Each run is a process of its own: ``python -m benchmarks.arms NAME '{"batch_size": 20}'`` prints its result as JSON.
Nothing is imported here, so that an arm needs only what it uses: the peers have an environment of their own.
"""
