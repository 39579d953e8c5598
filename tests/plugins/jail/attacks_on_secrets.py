"""Attacks that want to read: the environment, files, descriptors, other processes, the network's answers."""

from tests.plugins.jail.attack import ANSWERS, Attack

SECRETS = (
    Attack("environment of the interpreter", "attack = lambda: dict(os.environ)", ANSWERS),
    Attack(
        "environment of the C library",
        """
        def attack():
            place = ctypes.POINTER(ctypes.c_char_p).in_dll(LIBC, "environ")
            found = []
            while place and place[len(found)]:
                found.append(place[len(found)])
            return found
        """,
        ANSWERS,
    ),
    Attack(
        "everything in memory",
        """
        def attack():
            needle = "-".join(["4f9e", "canary"])
            inside.zygote.gc.unfreeze()
            kept = [one for one in inside.zygote.gc.get_objects() if isinstance(one, dict | list)]
            values = [value for one in kept for value in (one.values() if isinstance(one, dict) else one)]
            texts = [value for value in values if isinstance(value, str) and needle in value]
            return [value[:99] for value in texts if "def " not in value]
        """,
        ANSWERS,
    ),
    Attack(
        "environment in proc",
        "attack = lambda: os.read(os.open('/proc/self/environ', os.O_RDONLY), 4000)",
    ),
    Attack(
        "environment of the host",
        """
        def attack():
            data = b""
            file = os.open(f"/proc/{WORLD['host']}/environ", os.O_RDONLY)
            while piece := os.read(file, 4000):
                data += piece
            start = data.find(b"CANARY=")
            return data[start:].partition(bytes(1))[0].decode()
        """,
        harm="secret",
    ),
    Attack(
        "memory of the host",
        "attack = lambda: os.open(f\"/proc/{WORLD['host']}/mem\", os.O_RDONLY) is not None and 'done'",
        harm="did it",
    ),
    *(
        Attack(
            f"{what} by path",
            f"attack = lambda: os.read(os.open(WORLD['folder'] + '/{path}', os.O_RDONLY), 400)",
            harm="secret",
        )
        for what, path in (
            ("private key", ".ssh/id_ed25519"),
            ("database", "guantong.db"),
            ("keyring", "keyring.json"),
        )
    ),
    Attack("built-in open", "attack = lambda: open(WORLD['folder'] + '/keyring.json').read()"),
    Attack(
        "the open that was hidden",
        "attack = lambda: inside.locking.tempfile._io.open(WORLD['folder'] + '/keyring.json').read()",
        harm="secret",
    ),
    Attack("list the root", "attack = lambda: 'done' if os.listdir('/') else ''", harm="did it"),
    Attack(
        "who is its program", "attack = lambda: os.readlink('/proc/self/exe') is not None and 'done'", harm="did it"
    ),
    Attack("inherited descriptor", "attack = lambda: os.pread(WORLD['descriptor'], 100, 0)"),
    Attack(
        "every descriptor",
        """
        def attack():
            loot = b""
            for number in range(5, 64):
                try:
                    loot += os.read(number, 100)
                except OSError:
                    pass
            return loot
        """,
    ),
    Attack("standard input", "attack = lambda: os.read(0, 100)"),
    Attack("copy a descriptor", "attack = lambda: os.dup(4) is not None and 'done'", harm="did it"),
    Attack("directory handle", "attack = lambda: os.open('/', os.O_PATH) is not None and 'done'", harm="did it"),
    Attack(
        "open by handle",
        "attack = lambda: call('open_by_handle_at', -100 & 0xFFFFFFFF, text(64), 0) is not None and 'done'",
    ),
    Attack(
        "trace the zygote", "attack = lambda: call('ptrace', 0x4206, os.getppid(), 0, 0) == 0 is not None and 'done'"
    ),
    Attack(
        "memory of the zygote",
        "attack = lambda: os.open(f'/proc/{os.getppid()}/mem', os.O_RDWR) is not None and 'done'",
    ),
    Attack(
        "vector of another's memory",
        """
        def attack():
            kept = text(64)
            here = (ctypes.c_size_t * 2)(ctypes.addressof(kept), 64)
            there = (ctypes.c_size_t * 2)(WORLD["address"], 64)
            call("process_vm_readv", WORLD["host"], ctypes.addressof(here), 1, ctypes.addressof(there), 1, 0)
            return kept.value.decode("latin-1")
        """,
        harm="secret",
    ),
    Attack(
        "descriptor of the host",
        """
        def attack():
            handle = call("pidfd_open", WORLD["host"], 0)
            return os.pread(call("pidfd_getfd", handle, WORLD["descriptor"], 0), 100, 0)
        """,
        harm="secret",
    ),
    Attack("randomness", "attack = lambda: os.getrandom(8) is not None and 'done'", harm="did it"),
)

_CONNECT = """
def attack():
    number = call("socket", {family}, {kind}, {protocol})
    address = {address}
    inside.kernel.LIBC.connect(number, text(address, len(address)), len(address))
    os.write(number, b"loot")
    return "done"
"""
_INTERNET = "bytes([2, 0]) + WORLD['{port}'].to_bytes(2, 'big') + bytes([127, 0, 0, 1]) + bytes(8)"


def _connect(name: str, family: int, kind: int, address: str, harm: str = "connected", protocol: int = 0) -> Attack:
    body = _CONNECT.format(family=family, kind=kind, protocol=protocol, address=address)
    return Attack(name, body, harm=harm)


CONNECTIONS = (
    _connect("TCP", 2, 1, _INTERNET.format(port="tcp")),
    _connect("UDP", 2, 2, _INTERNET.format(port="udp")),
    _connect("TCP over IPv6", 10, 1, "bytes(28)", harm=""),
    _connect("local socket by path", 1, 1, "bytes([1, 0]) + (WORLD['folder'] + '/listening').encode() + b'\\0'"),
    _connect("local socket without a path", 1, 1, "bytes([1, 0, 0]) + WORLD['abstract'].encode()"),
    _connect("netlink", 16, 3, "bytes([16, 0]) + bytes(10)", harm=""),
    _connect("raw packets", 17, 3, "bytes(20)", harm=""),
    _connect("virtual machine's socket", 40, 1, "bytes(16)", harm=""),
    _connect("kernel's ciphers", 38, 5, "bytes(88)", harm=""),
    Attack(
        "pair of sockets",
        "attack = lambda: call('socketpair', 1, 1, 0, text(8)) == 0 is not None and 'done'",
        harm="did it",
    ),
    Attack("import of sockets", "import socket\nattack = lambda: 'done'"),
    Attack("import of the clock", "import time\nattack = lambda: 'done'"),
    Attack("import of randomness", "import random\nattack = lambda: 'done'"),
    Attack("import of the kernel's door", "import ctypes\nattack = lambda: 'done'"),
    Attack("import of a subprocess", "import subprocess\nattack = lambda: 'done'"),
    Attack(
        "import in disguise",
        "attack = lambda: __import__('importlib').import_module('_posixsubprocess') is not None and 'done'",
    ),
    Attack(
        "message to the zygote",
        """
        def attack():
            for number in range(3, 32):
                LIBC.sendto(number, b"9", 1, 0, None, 0)
            return "done"
        """,
    ),
)
