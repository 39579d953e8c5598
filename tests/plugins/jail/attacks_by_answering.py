"""Attacks that answer out of form, take too much, end in their own way, or poison what later calls would use."""

from tests.plugins.jail.attack import ANSWERS, CRASHED, FORBIDDEN, MALFORMED, MEMORY, TIMED_OUT, Attack

_SENDS = "def attack():\n    send({data})\n    os._exit(0)"
_ANSWERS_RAW = "def attack():\n    send(frame({data}))\n    os._exit(0)"


def _sends(name: str, data: str) -> Attack:
    """Bytes in place of an answer, and the end."""
    return Attack(name, _SENDS.format(data=data), MALFORMED)


def _says(name: str, data: str) -> Attack:
    """A whole frame of its own making, and the end."""
    return Attack(name, _ANSWERS_RAW.format(data=data), MALFORMED)


def _gives(name: str, expression: str, ends: frozenset[object] = MALFORMED) -> Attack:  # type: ignore[assignment]
    """A hook that returns what no hook may."""
    body = f"@hookimpl\ndef guantong_facts(evidence):\n    return {expression}"
    return Attack(name, body, ends, whole=True)  # type: ignore[arg-type]


_FACT = '{"answers":[[["loot","%s",%s]]]}'

FORGERIES = (
    _says("not JSON", "b'pickle\\x80\\x04.'"),
    _says("a pickle", 'b\'cos\\nsystem\\n(S"touch " + WORLD["folder"].encode() + b"/drop"\\ntR.\''),
    _says("NaN", f"b'{_FACT % ('whole', 'NaN')}'"),
    _says("infinity", f"b'{_FACT % ('whole', '1e999')}'"),
    _says("a fraction", f"b'{_FACT % ('whole', '1.5')}'"),
    _says("huge number", f"b'{_FACT % ('whole', '9' * 30)}'"),
    _says("number of many digits", "b'{\"answers\":[[[\"loot\",\"whole\",' + b'9' * 1_000_000 + b']]]}'"),
    _says("yes or no by other numbers", f"b'{_FACT % ('yes_no', '2')}'"),
    _says("unknown kind", f"b'{_FACT % ('bytes', '1')}'"),
    _says("kind that is no text", 'b\'{"answers":[[["loot",[],1]]]}\''),
    _says("text that is too long", 'b\'{"answers":[[["loot","text","\' + b\'x\' * 500 + b\'"]]]}\''),
    _says("half a character", 'b\'{"answers":[[["loot","text","\\xff"]]]}\''),
    _says("one more key", 'b\'{"answers":[[]],"also":1}\''),
    _says("a list for all", "b'[[]]'"),
    _says("too many answers", "b'{\"answers\":[[],[]]}'"),
    _says("no answers", "b'{\"answers\":[]}'"),
    _says("too many facts", "b'{\"answers\":[[' + b','.join(b'[\"f%d\",\"whole\",1]' % n for n in range(99)) + b']]}'"),
    _says("the same fact twice", 'b\'{"answers":[[["a","whole",1],["a","whole",2]]]}\''),
    _says("deep nesting", "b'[' * 900_000 + b']' * 900_000"),
    _says("failure out of form", 'b\'{"failed":{"kind":"raised"}}\''),
    _says("failure of wrong types", "b'{\"failed\":[1,2,3]}'"),
    _sends("fifty megabytes", "frame(b'\\\"' + b'x' * 50_000_000 + b'\\\"')"),
    _sends("a length of four gigabytes", "b'\\xff\\xff\\xff\\xff'"),
    _sends("two answers", "frame(b'{\"answers\":[[]]}') * 2"),
    Attack(
        "an answer before the real one",
        "def attack():\n    send(frame(b'{\"answers\":[[]]}'))\n    return ''",
        MALFORMED,
    ),
    Attack("a walled-in word again", "def attack():\n    send(frame(b'{\"layers\":{}}'))\n    return ''", MALFORMED),
    Attack(
        "an answer in parts",
        """
        def attack():
            for byte in frame(b'{"answers":[[]]}'):
                send(bytes([byte]))
                sum(range(1000))
            os._exit(0)
        """,
        ANSWERS,
    ),
    Attack("its own answer by its own hand", _ANSWERS_RAW.format(data="b'{\"answers\":[[]]}'"), ANSWERS),
    Attack("answer on other descriptors", "def attack():\n    send(b'x', 3)\n    return ''"),
    Attack("answer on standard output", "def attack():\n    send(b'x', 1)\n    return ''"),
    Attack("print", "def attack():\n    print('x' * 10_000_000)\n    return ''", ANSWERS),
    Attack("half an answer", "def attack():\n    send(frame(b'{}')[:5])\n    os._exit(0)", CRASHED),
    Attack(
        "half an answer and silence", "def attack():\n    send(b'\\0\\0')\n    while True: pass", TIMED_OUT, lasts=True
    ),
    Attack(
        "an answer that never ends",
        """
        def attack():
            send(b"\\0\\x3f\\xff\\xff")
            while True:
                send(b" ")
                sum(range(20_000))
        """,
        TIMED_OUT,
        lasts=True,
    ),
    Attack("a flood", "def attack():\n    while True:\n        send(b'\\0' * 65536)", MALFORMED),
    _gives("no answer at all", "None"),
    _gives("a list of what is no fact", "['loot']"),
    _gives("a tuple of what is no fact", "(1,)"),
    _gives("points for facts", "CriterionPoints('a', 1)"),
    Attack(
        "text that is a trap",
        """
        class Trap(str):
            def __str__(self): os._exit(0)
            def __len__(self): return 10**9
        @hookimpl
        def guantong_facts(evidence):
            return (ComputedFact("loot", Trap("x")),)
        """,
        MALFORMED | CRASHED,
        whole=True,
    ),
    Attack("no hook", "x = 1", MALFORMED, whole=True),
    Attack("text that is no Python", "def attack(:", CRASHED),
    Attack("a null in its answer", "attack = lambda: '\\0'", MALFORMED),
    Attack("a null in its text", "x = '\\x00' + chr(0)\ndef attack(): return ''", ANSWERS),
)

ENDINGS = (
    Attack("sys.exit", "attack = lambda: sys.exit(0)", CRASHED),
    Attack("exit while loading", "raise SystemExit", CRASHED),
    Attack("os._exit", "attack = lambda: os._exit(0)", CRASHED),
    Attack("os._exit with a code", "attack = lambda: os._exit(3)", CRASHED),
    Attack("abort", "attack = lambda: os.abort()", CRASHED | FORBIDDEN),
    Attack("interrupt", "def attack():\n    raise KeyboardInterrupt", CRASHED),
    Attack("end of a generator", "def attack():\n    raise GeneratorExit", CRASHED),
    Attack("close the answer's pipe", "def attack():\n    os.close(4)\n    return ''", CRASHED | FORBIDDEN),
    Attack("close it and go on", "def attack():\n    os.close(4)\n    while True: pass", TIMED_OUT, lasts=True),
    Attack(
        "at exit",
        """
        import contextlib
        def late():
            os.write(os.open(WORLD["folder"] + "/drop", os.O_CREAT | os.O_WRONLY), b"x")
        def attack():
            contextlib.sys.modules["atexit"] = None
            inside.zygote.sys.exitfunc = late
            return ""
        """,
        ANSWERS,
    ),
    Attack(
        "finalizer",
        """
        class Late:
            def __del__(self):
                os.write(os.open(WORLD["folder"] + "/drop", os.O_CREAT | os.O_WRONLY), b"x")
        kept = [Late()]
        kept.append(kept)
        def attack():
            return ""
        """,
        ANSWERS,
    ),
    Attack(
        "finalizer at once",
        "class Late:\n    def __del__(self): os.getrandom(1)\ndef attack():\n    Late()\n    return ''",
    ),
    Attack("message of a hundred megabytes", "def attack():\n    raise ValueError('x' * 100_000_000)", CRASHED),
    Attack(
        "name of ten megabytes",
        "attack = lambda: (_ for _ in ()).throw(type('x' * 10_000_000, (Exception,), {}))",
        CRASHED,
    ),
    Attack(
        "message that is a trap",
        """
        class Trap(Exception):
            def __str__(self):
                raise SystemExit(0)
        def attack():
            raise Trap
        """,
        CRASHED,
    ),
    Attack(
        "message that lies on",
        """
        class Trap(Exception):
            def __str__(self):
                while True: pass
        def attack():
            raise Trap
        """,
        TIMED_OUT,
        lasts=True,
    ),
    Attack("message with half a character", "def attack():\n    raise ValueError('\\ud800')", CRASHED),
)

TAKING = (
    Attack("endless loop", "def attack():\n    while True: pass", TIMED_OUT, lasts=True),
    Attack("endless loop while loading", "while True: pass", TIMED_OUT, lasts=True),
    Attack("one long computation", "attack = lambda: 7 ** (7 ** 12) and ''", TIMED_OUT | MEMORY, lasts=True),
    Attack(
        "a pattern that explodes",
        "import re\nattack = lambda: re.match('(a+)+$', 'a' * 64 + 'b')",
        TIMED_OUT,
        lasts=True,
    ),
    Attack(
        "catches everything",
        """
        def attack():
            while True:
                try:
                    [0] * 10**9
                except BaseException:
                    pass
        """,
        TIMED_OUT,
        lasts=True,
    ),
    Attack(
        "list without end",
        "def attack():\n    kept = []\n    while True:\n        kept.append(bytes(1_000_000))",
        MEMORY,
    ),
    Attack("one great block", "attack = lambda: bytearray(10**11)", MEMORY),
    Attack(
        "memory by pages",
        f"def attack():\n    while True:\n        call('mmap', 0, 1 << 24, 3, 0x8022, {-1 & 0xFFFFFFFFFFFFFFFF}, 0)",
        CRASHED,
    ),
    Attack("text without end", "def attack():\n    text = 'x'\n    while True:\n        text += text", MEMORY),
    Attack("recursion", "def attack():\n    return attack()", CRASHED),
    Attack(
        "recursion in C",
        """
        def attack():
            sys.setrecursionlimit(10**9)
            kept = None
            for _ in range(3_000_000):
                kept = (kept,)
            return hash(kept)
        """,
        CRASHED | MEMORY,
    ),
    Attack("a sort that never agrees", "import functools\nattack = lambda: max(iter(int, 1))", TIMED_OUT, lasts=True),
)

POISON = (
    Attack(
        "other built-ins",
        """
        import builtins
        def attack():
            builtins.poisoned, builtins.len, builtins.sum = True, lambda _: 0, lambda _: 0
            return ""
        """,
        ANSWERS | MALFORMED,
    ),
    Attack(
        "other modules",
        """
        import json, math
        def attack():
            sys.modules["poisoned"] = sys.modules["statistics"] = sys
            math.sqrt, json.dumps = len, lambda *_: "poisoned"
            inside.worker.answer = inside.worker.write_frame = None
            return ""
        """,
        ANSWERS | CRASHED,
    ),
    Attack(
        "another contract",
        """
        def attack():
            plugins.api.MOST_POINTS = 10**6
            CriterionPoints.__post_init__ = lambda self: None
            plugins.caller.SchemeCaller.facts = lambda self, evidence: ()
            plugins.jail.modules.offer = plugins.jail.modules.preload = None
            return ""
        """,
        ANSWERS,
    ),
    Attack(
        "another interpreter",
        "def attack():\n    sys.setrecursionlimit(50_000)\n    sys.settrace(None)\n    return ''",
        ANSWERS,
    ),
    Attack(
        "another zygote",
        """
        def attack():
            inside.zygote.gc.unfreeze()
            for one in inside.zygote.gc.get_objects():
                if type(one).__name__ == "Zygote":
                    one._numbers.clear()
                    one._options.clear()
                    one._control.send(b"9")
            return ""
        """,
        CRASHED | FORBIDDEN,
    ),
)
