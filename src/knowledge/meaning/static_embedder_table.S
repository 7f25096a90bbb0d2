/* The table file as bytes of the program; CMakeLists.txt gives the assembler its folder. */
        .section .rodata
        .balign 64
        .global genkai_static_embedder_begin
        .global genkai_static_embedder_end
        .type genkai_static_embedder_begin, %object
        .type genkai_static_embedder_end, %object
genkai_static_embedder_begin:
        .incbin "static_embedder.bin"
genkai_static_embedder_end:
        .byte 0
        .section .note.GNU-stack,"",%progbits
