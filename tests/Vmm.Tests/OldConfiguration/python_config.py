"""What Python makes of configurations: standard input is a JSON array, standard output one with an answer to each of its elements.

The first argument says what is asked:
  3            the sections of a text, as ConfigParser of Python 3 reads it
  2            the same by the rules of Python 2, for texts without what the two see differently
  interpolate  a value of ConfigParser with the options that it may refer to, formatted by Python's own operator
  vmm          every option as Debian's vmm 0.7 uses it
An answer is null where Python or vmm refuses.
"""
import collections
import collections.abc
import configparser
import io
import json
import re
import sys
import tempfile


def parse(text, **options):
    parser = configparser.RawConfigParser(**options)
    try:
        parser.read_file(io.StringIO(text, newline=None))
    except configparser.Error:
        return None
    return dict(parser._sections, DEFAULT=parser._defaults)


def parse2(text):
    return parse(text, strict=False, inline_comment_prefixes=(';',), empty_lines_in_values=False)


def interpolate(question):
    value, options = question
    try:
        for _ in range(10):
            if '%(' not in value:
                break
            value = re.sub(r'%\(([^)]*)\)s', lambda m: '%(' + m[1].lower() + ')s', value) % options
    except (KeyError, TypeError, ValueError):
        return None
    return None if '%(' in value else value


def vmm(text):
    collections.Callable = collections.abc.Callable  # Python 3.10 took this name away
    from VirtualMailManager.config import Config
    with tempfile.NamedTemporaryFile('w', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        config = Config(file.name)
        try:
            config.load()
            config.check()
            # The version is kept as it is written; 0.7 compares it as a number.
            return {f'{section}.{option}': config.get(section, option) if option == 'dovecot_version' else config.dget(f'{section}.{option}')
                    for section, options in config._cfg.items() for option in options}
        except Exception:
            return None


ANSWERS = {'3': parse, '2': parse2, 'interpolate': interpolate, 'vmm': vmm}
json.dump([ANSWERS[sys.argv[1]](question) for question in json.load(sys.stdin)], sys.stdout)
