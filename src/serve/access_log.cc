#include "serve/access_log.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <ctime>

#include "base/json.h"
#include "text/utf8.h"

namespace genkai::serve {

using base::Json;

namespace {

constexpr std::size_t kLongestField = 200;

std::string shortened(const std::string& text) {
  return text::to_valid_utf8(std::string_view(text).substr(0, kLongestField));
}

std::string timestamp(std::int64_t ns) {
  const std::time_t seconds = ns / 1'000'000'000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string milliseconds = std::to_string(1'000 + ns / 1'000'000 % 1'000);
  return std::string(text, n) + "." + milliseconds.substr(1) + "Z";
}

double milliseconds(double seconds) {
  return std::round(seconds * 1e6) / 1e3;
}

}  // namespace

std::string to_log_line(const RequestRecord& record) {
  Json line = Json::object({{"time", timestamp(record.started_ns)},
                            {"request", shortened(record.request_id)},
                            {"route", record.route},
                            {"status", record.status},
                            {"milliseconds", milliseconds(record.seconds)},
                            {"caller", shortened(record.caller)}});
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) line.set(name, shortened(value));
  };
  text("model", record.requested_model);
  text("answered_by", record.answered_model);
  if (record.first_token) line.set("first_token_milliseconds", milliseconds(*record.first_token));
  if (record.usage) {
    line.set("prompt_tokens", record.usage->prompt_tokens);
    line.set("completion_tokens", record.usage->completion_tokens);
  }
  text("outcome", record.outcome);
  text("reason", record.reason);
  text("error", record.error_type);
  if (record.span) line.set("trace", record.span->trace_id);
  return line.dump() + "\n";
}

AccessLog::AccessLog(int descriptor) : descriptor_(descriptor), thread_([this] { work(); }) {}

AccessLog::~AccessLog() {
  queue_.stop();
  thread_.join();
}

void AccessLog::work() {
  for (auto taken = queue_.take(1); !taken.empty(); taken = queue_.take(1)) {
    const std::string line = to_log_line(taken.front());
    // A pipe that is ready takes PIPE_BUF bytes at once, more than a line has.
    for (std::string_view rest = line; !rest.empty();) {
      if (queue_.out_of_time()) return;
      pollfd target{descriptor_, POLLOUT, 0};
      if (::poll(&target, 1, 100) <= 0) continue;
      const ssize_t n = ::write(descriptor_, rest.data(), rest.size());
      if (n > 0) {
        rest.remove_prefix(static_cast<std::size_t>(n));
      } else if (errno != EINTR && errno != EAGAIN) {
        queue_.drop(1);  // nobody reads any more
        break;
      }
    }
  }
}

}  // namespace genkai::serve
