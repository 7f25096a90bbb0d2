#pragma once
// Server-sent events (WHATWG HTML, section 9.2), as they arrive in pieces.
//
//   SseParser parser;
//   for (auto& event : parser.feed(bytes)) use(event.data);
//   if (!parser.at_boundary()) ... // the stream ended in the middle of an event

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace genkai::model {

struct SseEvent {
  std::string type;  // "message" unless an event: line says otherwise
  std::string data;  // data: lines joined by newlines
};

class SseParser {
 public:
  explicit SseParser(std::size_t event_limit = 8 << 20) : event_limit_(event_limit) {}
  /// The events that these bytes complete. Lines may end in LF, CR or CRLF; comments are dropped; a byte
  /// order mark at the start too. An event of more than event_limit bytes is resource_exhausted; bytes that
  /// are not UTF-8 and lines that are no field (malformed) are corrupt; the parser is of no use after an
  /// error.
  base::Result<std::vector<SseEvent>> feed(std::string_view bytes);
  /// True when nothing is left of an event that has begun.
  bool at_boundary() const;

 private:
  base::Status take_line(std::string_view line, std::vector<SseEvent>& events);

  std::size_t event_limit_;
  std::string line_;
  SseEvent event_;
  std::size_t event_bytes_ = 0;  // of the lines so far of the event, without their ends
  bool started_ = false, after_cr_ = false, has_data_ = false;
};

}  // namespace genkai::model
