"""The walls in words, for people who look whether they stand."""

from collections.abc import Mapping
from typing import Final

from core.texts import Text
from plugins.jail.layers import Layer

LAYER_WORDS: Final[Mapping[Layer, Text]] = {
    Layer.ENVIRONMENT: Text("环境变量已清空", "no variable of the host"),
    Layer.DESCRIPTORS: Text("只开放请求与答复两个管道", "only the two pipes are open"),
    Layer.LIMITS: Text("内存与处理器时间有限，不得起进程、写文件", "bounded memory and time, no process, no file"),
    Layer.CAPABILITIES: Text("无任何特权能力", "no capability"),
    Layer.NO_NEW_PRIVILEGES: Text("不能取得新特权", "no new privileges"),
    Layer.DIES_WITH_PARENT: Text("随上级进程结束", "ends with its parent"),
    Layer.SECCOMP: Text("仅允许少数系统调用，其余立即终止", "a few system calls, any other ends it"),
    Layer.LANDLOCK: Text("不能访问任何路径与 TCP", "no path and no TCP"),
    Layer.NAMESPACES: Text("网络、进程间通信、挂载各自独立且为空", "network, IPC and mounts of its own, empty"),
    Layer.EMPTY_ROOT: Text("根目录为空", "an empty root folder"),
    Layer.OWN_USER: Text("以不拥有任何文件的用户运行", "a user that owns nothing"),
    Layer.UNDUMPABLE: Text("同一用户也不能读取其内存", "its memory is read by nobody of the same user"),
    Layer.NO_NEW_CODE: Text("内存不能变为可执行", "memory never becomes executable"),
}
