// The reader's weights as bytes of the program, between the two symbols.
        .section .rodata
        .global genkai_reader_weights_begin
        .global genkai_reader_weights_end
genkai_reader_weights_begin:
        .incbin "reader_weights.json"
genkai_reader_weights_end:
        .byte 0
        .section .note.GNU-stack, "", %progbits
