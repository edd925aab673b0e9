#!/usr/bin/env python3
"""SimPy at the work of bench/kernel: hold through its events with a handler, and M/M/1.

Writes Google Benchmark's JSON to standard output, and takes its filters: a leading "-" leaves out
what matches. Usage: simpy_peer.py [REPETITIONS [FILTER]]
"""

import json
import random
import re
import sys
import time

import simpy

LABEL = "SimPy " + getattr(simpy, "__version__", "")
EVENTS = 200_000


def increments():
    source = random.Random(1)
    return [source.expovariate(1.0) for _ in range(1 << 16)]


def hold(pending):
    """A closure that runs EVENTS events: timeouts whose callback sets the next timeout."""
    environment = simpy.Environment()
    table = increments()
    position = [0]
    touched = [0] * pending

    def schedule(entity):
        position[0] = (position[0] + 1) & 0xFFFF
        timeout = environment.timeout(table[position[0]], entity)
        timeout.callbacks.append(act)

    def act(event):
        touched[event.value] += 1
        schedule(event.value)

    for entity in range(pending):
        schedule(entity)

    def run():
        for _ in range(EVENTS):
            environment.step()

    return run


def single_server():
    """M/M/1 as SimPy's users write it: a process a customer, one resource; utilisation 0.9."""
    environment = simpy.Environment()
    server = simpy.Resource(environment, capacity=1)
    source = random.Random(1)
    done = [0]

    def customer():
        with server.request() as request:
            yield request
            yield environment.timeout(source.expovariate(1.0))
        done[0] += 2  # an arrival and a departure

    def arrivals():
        while True:
            yield environment.timeout(source.expovariate(0.9))
            environment.process(customer())

    environment.process(arrivals())

    def run():
        goal = done[0] + EVENTS
        while done[0] < goal:
            environment.step()

    return run


def measure(name, make, repetitions):
    run = make()
    rates = []
    for _ in range(repetitions):
        start = time.process_time()
        run()
        rates.append(EVENTS / (time.process_time() - start))
    rates.sort()
    return {"name": name, "run_name": name, "run_type": "iteration",
            "items_per_second": rates[len(rates) // 2], "label": LABEL}


WORKS = {"dispatch/1000": lambda: hold(1_000), "dispatch/1000000": lambda: hold(1_000_000),
         "mm1": single_server}


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    wanted = sys.argv[2] if len(sys.argv) > 2 else "."
    leave_out = wanted.startswith("-")
    pattern = re.compile(wanted[1:] if leave_out else wanted)
    rows = [measure(name, make, repetitions) for name, make in WORKS.items()
            if (pattern.search(name) is None) == leave_out]
    json.dump({"benchmarks": rows}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
