"""Reads files that nobody vouches for, in a process of its own.

It runs as the package `reading`, with its folder's parent on the path, so that it loads numpy
and nothing of the product. Hence nothing here may import `synqro`.
"""
