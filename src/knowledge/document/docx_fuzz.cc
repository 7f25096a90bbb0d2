#include "knowledge/document/fuzz_document.h"
#include "knowledge/document/test_zip.h"

// The first byte chooses which part of the archive the rest becomes: d(ocument), s(tyles) or p(roperties).
// With any other the bytes are the archive itself.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace genkai::knowledge;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const char kind = bytes.empty() ? '\0' : bytes.front();
  if (kind != 'd' && kind != 's' && kind != 'p') {
    fuzz_document(bytes, "a.docx");
    return 0;
  }
  const std::string part(bytes.substr(1));
  std::string document = part;
  std::string styles = "<styles><style styleId=\"1\"><name val=\"heading 1\"/></style></styles>";
  std::string properties;
  if (kind != 'd') {
    document =
        "<document><p><pPr><pStyle val=\"1\"/></pPr><r><t>Heading</t></r></p>"
        "<p><pPr><pStyle val=\"2\"/></pPr><r><t>Text.</t></r></p></document>";
    (kind == 's' ? styles : properties) = part;
  }
  fuzz_document(
      zip_of(
          {{"word/document.xml", document}, {"word/styles.xml", styles}, {"docProps/core.xml", properties}}),
      "a.docx");
  return 0;
}
