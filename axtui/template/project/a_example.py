description = "Which numbers are prime? Each slice looks at some of them."

options = {
    "below": 100,  # look at all numbers below this one
}


def analysis(sliceno, slices):
    """Runs once per slice, all slices at the same time: the primes among this slice's numbers."""
    numbers = range(2 + sliceno, options.below, slices)
    return [n for n in numbers if all(n % m for m in range(2, int(n**0.5) + 1))]


def synthesis(analysis_res):
    """Runs once, after all slices: put their answers together. What it returns is the result."""
    return sorted(analysis_res.merge_auto())
