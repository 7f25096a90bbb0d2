#include "serve/feedback_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "base/json.h"

namespace genkai::serve {

using base::Code;
using base::Json;
using base::Path;
using base::Result;
using base::Status;

namespace {

constexpr std::string_view kVersionMember = "genkai_feedback";
constexpr int kVersion = 1;
constexpr std::size_t kLongestLine = 64 << 10, kChunk = 1 << 18;
constexpr std::size_t kIdDigits = 32;
constexpr double kMostLevels = 64;

bool is_id(std::string_view text) {
  return text.size() == kIdDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<bool> flag(const Json& line, std::string_view name) {
  const Json* value = line.find(name);
  if (!value || !value->is_bool()) return std::nullopt;
  return value->as_bool();
}

class Reader {
 public:
  Reader(const FeedbackLog::Replay& replay, FeedbackLog::Found& found) : replay_(replay), found_(found) {}

  /// The bytes of the file's whole lines.
  Result<std::uint64_t> read(int descriptor, const Path& file) {
    std::string buffer, rest;
    buffer.resize(kChunk);
    std::uint64_t whole = 0, skipped = 0;
    for (;;) {
      const ssize_t n = ::read(descriptor, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return base::fail(base::system_error("cannot read " + file.string(), errno));
      if (n == 0) break;
      std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
      for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        const std::size_t length = skipped + rest.size() + end + 1;
        rest.append(bytes.substr(0, end));
        GENKAI_RETURN_IF_ERROR(take(skipped > 0 ? std::string_view("too long") : rest, file));
        whole += length;
        rest.clear();
        skipped = 0;
        bytes.remove_prefix(end + 1);
      }
      rest.append(bytes);
      if (rest.size() > kLongestLine) {  // nothing of ours; it must not fill the memory
        skipped += rest.size();
        rest.clear();
      }
    }
    found_.torn = skipped + rest.size() > 0;
    if (found_.lines == 0 && found_.malformed > 0)
      return base::fail(Code::corrupt, file.string() + " holds no feedback",
                        "name another file in [feedback] file");
    return whole;
  }

 private:
  Status take(std::string_view text, const Path& file) {
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    const auto line = read_feedback_line(text);
    if (line) {
      ++found_.lines;
      replay_(*line);
    } else if (line.error().code == Code::unsupported) {
      return base::fail(Code::unsupported, file.string() + ": " + line.error().message, line.error().hint);
    } else {
      ++found_.malformed;
    }
    return {};
  }
  const FeedbackLog::Replay& replay_;
  FeedbackLog::Found& found_;
};

}  // namespace

std::string to_line(const FeedbackLine& line) {
  Json json = Json::object({{std::string(kVersionMember), kVersion},
                            {"time", line.time},
                            {"answer_id", line.answer_id},
                            {"kb", line.knowledge},
                            {"model", line.model},
                            {"hash", line.hash}});
  if (line.risk > 0) json.set("risk", line.risk).set("level", line.level);
  if (line.probability) json.set("probability", *line.probability);
  if (line.correct) json.set("correct", *line.correct);
  if (line.was) json.set("was", *line.was);
  if (!line.note.empty()) json.set("note", line.note);
  return json.dump() + "\n";
}

Result<FeedbackLine> read_feedback_line(std::string_view text) {
  GENKAI_ASSIGN_OR_RETURN(const Json json, Json::parse(text));
  const Json* version = json.find(kVersionMember);
  if (!version || !version->is_number()) return base::fail(Code::corrupt, "it is no line of feedback");
  if (version->as_double() != kVersion)  // it may hold a breach that must not be passed over
    return base::fail(Code::unsupported, "it has a line of version " + version->dump(),
                      "this program reads version 1; name another file, or use the newer program");
  FeedbackLine line;
  line.answer_id = json.string("answer_id");
  line.time = static_cast<std::int64_t>(std::clamp(json.number("time", -1), -1.0, 4e12));
  line.knowledge = json.string("kb");
  line.model = json.string("model");
  line.hash = json.string("hash");
  line.risk = json.number("risk", 0);
  const double level = json.number("level", 0);
  line.correct = flag(json, "correct");
  line.was = flag(json, "was");
  line.note = json.string("note");
  if (const Json* probability = json.find("probability"); probability && probability->is_number())
    line.probability = probability->as_double();
  if (!is_id(line.answer_id) || line.time < 0 || !(line.risk >= 0 && line.risk < 1) ||
      !(level >= 0 && level <= kMostLevels) || std::trunc(level) != level)
    return base::fail(Code::corrupt, "it is a damaged line of feedback");
  line.level = static_cast<unsigned>(level);
  return line;
}

Result<std::unique_ptr<FeedbackLog>> FeedbackLog::open(const Path& file, const Replay& replay, Found& found) {
  if (file.has_parent_path()) GENKAI_RETURN_IF_ERROR(base::create_folders(file.parent_path()));
  Path beside = file;
  beside += ".lock";
  auto lock = knowledge::FolderLock::take(beside);
  if (!lock) {
    if (lock.error().code != Code::unavailable) return base::fail(lock.error());
    return base::fail(Code::unavailable, "another process keeps its feedback in " + file.string(),
                      "give each server its own file in [feedback] file");
  }
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return base::fail(base::system_error("cannot open " + file.string(), errno));
  auto log = std::unique_ptr<FeedbackLog>(new FeedbackLog(file, descriptor, 0, std::move(*lock)));
  Reader reader(replay, found);
  GENKAI_ASSIGN_OR_RETURN(log->size_, reader.read(descriptor, file));
  if (found.torn && ::ftruncate(descriptor, static_cast<off_t>(log->size_)) != 0)
    return base::fail(base::system_error("cannot cut the torn end off " + file.string(), errno));
  if (found.lines == 0) GENKAI_RETURN_IF_ERROR(base::sync_folder(file.parent_path()));  // its name lasts
  return log;
}

Status FeedbackLog::read(const Path& file, const Replay& replay, Found& found) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return {};
  if (descriptor < 0) return base::fail(base::system_error("cannot open " + file.string(), errno));
  Reader reader(replay, found);
  const auto whole = reader.read(descriptor, file);
  ::close(descriptor);
  if (!whole) return base::fail(whole.error());
  return {};
}

FeedbackLog::~FeedbackLog() {
  ::fdatasync(descriptor_);
  ::close(descriptor_);
}

Status FeedbackLog::append(const FeedbackLine& line, Durable durable) {
  const std::string text = to_line(line);
  {
    const std::lock_guard lock(mutex_);
    const auto cut = [this] { ragged_ = ::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0; };
    if (ragged_) cut();
    if (ragged_) return base::fail(base::system_error("cannot write " + file_.string(), errno));
    for (std::string_view rest = text; !rest.empty();) {
      const ssize_t n = ::write(descriptor_, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        base::Error error = base::system_error("cannot write " + file_.string(), n < 0 ? errno : ENOSPC);
        cut();
        return base::fail(std::move(error));
      }
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    size_ += text.size();
  }
  if (durable == Durable::yes && ::fdatasync(descriptor_) != 0)
    return base::fail(base::system_error("cannot sync " + file_.string(), errno));
  return {};
}

}  // namespace genkai::serve
