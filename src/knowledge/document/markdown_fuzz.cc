#include "knowledge/document/fuzz_document.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  genkai::knowledge::fuzz_document(data, size, "a.md");
  return 0;
}
