#include <cstdint>
#include <cstdlib>

#include "text/hidden.h"
#include "text/text.h"
#include "text/utf8.h"

// The first byte chooses what the document declares of itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr const char* kDeclared[] = {"",       "utf-8",       "shift_jis",    "euc-jp",
                                       "utf-16", "iso-2022-jp", "windows-1252", "gb18030"};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto decoded = genkai::text::decode(bytes, kDeclared[data[0] % 8]);
  if (!decoded) return 0;
  if (!genkai::text::is_valid_utf8(decoded->text)) std::abort();
  const std::string once = genkai::text::normalise(decoded->text);
  if (genkai::text::normalise(once) != once) std::abort();
  if (genkai::text::find_hidden(genkai::text::strip_hidden(bytes)).tags > 0) std::abort();
  return 0;
}
