"""Writes the C of an extension module: bindings.py MODULE CDEFS OUTPUT, run by meson.

MODULE is khop._core (float) or khop._core_double. The compiler checks what CDEFS says of khop's headers.
"""
import sys

from cffi import FFI

module, cdefs, output = sys.argv[1:]
real = "double" if module.endswith("_double") else "float"
with open(cdefs) as file:
    text = file.read()
headers = '#include <khop/khop.h>\n#include "blas.h"\n#include "ring_csr.h"\n'
if real == "float":    # the command, whose main has this name here (python/meson.build)
    text += "int khop_command(int count, char **arguments);\nvoid set_again(char *const *words);\n"
    headers += '#include "cli/again.h"\nint khop_command(int count, char **arguments);\n'
ffi = FFI()
ffi.cdef(f"typedef {real} khop_real;\n{text}")
ffi.set_source(module, headers)
ffi.emit_c_code(output)
