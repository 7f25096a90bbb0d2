#include "knowledge/document/fuzz_document.h"
#include "knowledge/document/test_zip.h"

// The first byte chooses which part of the archive the rest becomes: m(eta, META-INF/container.xml), o(pf
// package) or c(hapter). With any other the bytes are the archive itself.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace genkai::knowledge;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string container = "<container><rootfile full-path=\"o/b.opf\"/></container>";
  std::string package =
      "<package><item id=\"a\" href=\"a.xhtml\"/><item id=\"n\" href=\"n.xhtml\" properties=\"nav\"/>"
      "<itemref idref=\"n\"/><itemref idref=\"a\"/></package>";
  std::string chapter = "<html><body><h1>One</h1><p>First.</p></body></html>";
  const char kind = bytes.empty() ? '\0' : bytes.front();
  std::string* const part = kind == 'm'   ? &container
                            : kind == 'o' ? &package
                            : kind == 'c' ? &chapter
                                          : nullptr;
  if (part == nullptr) {
    fuzz_document(bytes, "a.epub");
    return 0;
  }
  *part = bytes.substr(1);
  fuzz_document(zip_of({{"META-INF/container.xml", container}, {"o/b.opf", package}, {"o/a.xhtml", chapter}}),
                "a.epub");
  return 0;
}
