#pragma once
// What runner.py reports of a program. The program can write to the same descriptor, so this is untrusted
// text.
//
//   s\n                      the walls were looked at and hold; the program begins
//   v0 3.25                  it came to its end; its value, if it printed nothing
//   e7 ZeroDivisionError: …  it failed in line 7
//   m d p f                  like e: out of memory, too deep, a process refused, scratch space or descriptors
//   used up w0 it sees …             the walls do not hold; nothing ran

#include <cstdint>
#include <string>
#include <string_view>

namespace genkai::logic {

struct Report {
  bool started = false;
  char kind = 0;  // one of v e m d p f w; 0: none came
  std::uint32_t line = 0;
  std::string text;  // valid UTF-8; bytes that are not become U+FFFD
};

/// Reads what arrived, whole or cut. Never fails: what does not have the form counts as not reported. The
/// first report counts. Linear.
Report parse_report(std::string_view bytes);

/// `bytes` with what is not UTF-8 replaced by U+FFFD.
std::string as_utf8(std::string_view bytes);

/// The last line that is not blank, without its line end and blanks around it; empty when there is none.
std::string_view last_line(std::string_view text);

}  // namespace genkai::logic
