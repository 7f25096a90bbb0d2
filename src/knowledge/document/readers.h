#pragma once
// One reader a format: bytes to the blocks, title and date of a document. What a reader does not know it
// leaves empty; document.cc fills in the id, source, language and, where they are still missing, title and
// date.

#include <string_view>

#include "knowledge/document/document.h"

namespace genkai::knowledge::reading {

using Reader = base::Status (*)(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);

base::Status read_plain_text(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);
base::Status read_markdown(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);
base::Status read_html(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);
base::Status read_pdf(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);
base::Status read_man_page(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);
base::Status read_docx(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);
base::Status read_epub(std::string_view bytes, const ParseLimits& limits, ParsedDocument& document);

/// Where bytes come from: fills the buffer, returns how many, 0 at the end.
using ByteSource = std::function<base::Result<std::size_t>(char* buffer, std::size_t size)>;

/// Streams the documents of JSONL (docs/formats/jsonl-documents.md). `name` starts the ids of lines without
/// one.
base::Status read_jsonl(const ByteSource& source, std::string_view name, const ParseLimits& limits,
                        const DocumentSink& sink);

/// The blocks of what pdftotext wrote: pages end with form feeds.
void append_pdf_text(ParsedDocument& document, std::string_view text);

/// Fills in what the reader of the format left open. An error when the document holds no text.
base::Status complete(ParsedDocument& document, std::string_view id, std::string_view name);

/// Appends "N byte sequences could not be decoded" when there were any.
void warn_replaced(ParsedDocument& document, std::size_t replaced, std::string_view encoding);

}  // namespace genkai::knowledge::reading
