// runner.py as bytes of the program, ended by a NUL.
        .section .rodata
        .global genkai_sandbox_runner
genkai_sandbox_runner:
        .incbin "runner.py"
        .byte 0
        .section .note.GNU-stack, "", %progbits
