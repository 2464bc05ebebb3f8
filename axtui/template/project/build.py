description = "The primes below a thousand."


def main(urd):
    job = urd.build("example", below=1000)
    primes = job.load()
    print(f"{len(primes)} primes, the last is {primes[-1]}")
    job.link_result(linkname="primes.pickle")
