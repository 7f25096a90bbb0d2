#include "model/upstream/sse.h"

#include <utility>

#include "text/utf8.h"

namespace genkai::model {

using base::Code;
using base::Status;

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

base::Result<std::vector<SseEvent>> SseParser::feed(std::string_view bytes) {
  std::vector<SseEvent> events;
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);  // the second half of a CRLF
    after_cr_ = false;
    if (bytes.empty()) break;
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view part = bytes.substr(0, end);
    if (event_bytes_ + line_.size() + part.size() > event_limit_)
      return base::fail(Code::resource_exhausted,
                        "an event of the stream passed " + std::to_string(event_limit_) + " bytes");
    if (end == std::string_view::npos || !line_.empty()) line_ += part;
    if (end == std::string_view::npos) break;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    GENKAI_RETURN_IF_ERROR(take_line(line_.empty() ? part : std::string_view(line_), events));
    line_.clear();
  }
  return events;
}

Status SseParser::take_line(std::string_view line, std::vector<SseEvent>& events) {
  if (!std::exchange(started_, true) && line.starts_with(kByteOrderMark))
    line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) {
    // An event without data is none, whatever its type.
    if (has_data_) {
      if (event_.type.empty()) event_.type = "message";
      events.push_back(std::move(event_));
    }
    event_ = {};
    has_data_ = false;
    event_bytes_ = 0;
    return {};
  }
  if (!text::is_valid_utf8(line)) return base::fail(Code::corrupt, "the event stream is not UTF-8");
  if (line.front() == ':') return {};
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  } else if (field == "event") {
    event_.type = value;
  } else if (field != "id" && field != "retry") {
    return base::fail(Code::corrupt, "the event stream has a line that is no field of an event");
  }
  event_bytes_ += line.size();
  return {};
}

bool SseParser::at_boundary() const {
  return line_.empty() && event_bytes_ == 0;
}

}  // namespace genkai::model
