#include "knowledge/document/fuzz_document.h"
#include "knowledge/document/readers.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace genkai;
  knowledge::ParsedDocument document;
  knowledge::reading::append_pdf_text(document,
                                      text::to_valid_utf8({reinterpret_cast<const char*>(data), size}));
  knowledge::check_split(document);
  return 0;
}
