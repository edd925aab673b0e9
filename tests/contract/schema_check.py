"""Judges scenario documents by scenarios/schema.json: a second opinion beside the reader.

Usage: schema_check.py SCHEMA DOCUMENTS, where DOCUMENTS is a JSON array of scenarios. Prints "valid"
or "invalid" for each; exits 77 where the jsonschema module is absent.
"""

import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        documents = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for document in documents:
        print("valid" if validator.is_valid(document) else "invalid")


if __name__ == "__main__":
    main()
