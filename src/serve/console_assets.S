// The files of console/ as bytes of the program, each between two symbols.
        .section .rodata
        .macro asset symbol, file
        .global genkai_console_\symbol\()_begin
        .global genkai_console_\symbol\()_end
genkai_console_\symbol\()_begin:
        .incbin "\file"
genkai_console_\symbol\()_end:
        .byte 0
        .endm
        asset index_html, "index.html"
        asset icon_svg, "icon.svg"
        asset style_css, "style.css"
        asset answer_js, "answer.js"
        asset api_js, "api.js"
        asset app_js, "app.js"
        asset ask_js, "ask.js"
        asset documents_js, "documents.js"
        asset dom_js, "dom.js"
        asset reader_js, "reader.js"
        asset strings_js, "strings.js"
        .section .note.GNU-stack, "", %progbits
