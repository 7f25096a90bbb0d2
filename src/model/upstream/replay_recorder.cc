#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "model/upstream/replay_format.h"
#include "model/upstream/transport.h"

namespace genkai::model {

using base::Code;
using base::Error;
using base::Result;
using base::Status;
using base::Task;

namespace {

/// The file, held by one recorder at a time. Thread-safe.
class ExchangeFile {
 public:
  ExchangeFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~ExchangeFile() { ::close(descriptor_); }
  ExchangeFile(const ExchangeFile&) = delete;

  static Result<std::shared_ptr<ExchangeFile>> open(const std::string& path) {
    // Questions and answers are in it: for its owner only.
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return base::fail(base::system_error(path, errno));
    auto file = std::make_shared<ExchangeFile>(path, descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
      return base::fail(Code::unavailable, path + " is already being recorded to",
                        "record to another file, or stop the other program");
    GENKAI_RETURN_IF_ERROR(file->mend_last_line());
    return file;
  }

  void append(const RecordedExchange& exchange) {
    const std::string line = to_line(exchange) + '\n';
    const std::scoped_lock lock(mutex_);
    const ::off_t before = ::lseek(descriptor_, 0, SEEK_END);
    // One write, so that a crash leaves whole lines.
    const ::ssize_t written = ::write(descriptor_, line.data(), line.size());
    if (written == static_cast<::ssize_t>(line.size())) return;
    const int reason = written < 0 ? errno : ENOSPC;
    if (written > 0 && ::ftruncate(descriptor_, before) != 0)
      base::log::error(path_ + " ends in a torn line");
    base::log::error("an exchange was not recorded: " + base::system_error(path_, reason).message);
  }

 private:
  /// What a power cut left of the last line is no exchange; a whole one may lack its line end.
  Status mend_last_line() {
    const ::off_t size = ::lseek(descriptor_, 0, SEEK_END);
    ::off_t start = size;
    std::string tail;  // what follows the last line end
    while (start > 0 && tail.find('\n') == std::string::npos) {
      std::string block(static_cast<std::size_t>(std::min<::off_t>(start, 1 << 16)), '\0');
      start -= static_cast<::off_t>(block.size());
      const ::ssize_t count = ::pread(descriptor_, block.data(), block.size(), start);
      if (count != static_cast<::ssize_t>(block.size()))
        return base::fail(base::system_error(path_, count < 0 ? errno : EIO));
      tail.insert(0, block);
    }
    tail.erase(0, tail.rfind('\n') + 1);
    if (tail.empty()) return {};
    const bool mended = from_line(tail)
                            ? ::write(descriptor_, "\n", 1) == 1
                            : ::ftruncate(descriptor_, size - static_cast<::off_t>(tail.size())) == 0;
    if (!mended) return base::fail(base::system_error(path_, errno));
    return {};
  }

  std::string path_;
  int descriptor_;
  std::mutex mutex_;
};

class RecordingExchange final : public HttpExchange {
 public:
  RecordingExchange(std::unique_ptr<HttpExchange> inner, std::shared_ptr<ExchangeFile> file,
                    RecordedExchange record)
      : inner_(std::move(inner)), file_(std::move(file)), record_(std::move(record)) {
    record_.status = inner_->status();
    record_.headers = recorded_headers(inner_->headers());
  }
  ~RecordingExchange() override {
    finish(Error{Code::unavailable, "the recording ends here: nobody read on", ""});
  }

  int status() const override { return inner_->status(); }
  std::string_view header(std::string_view name) const override { return inner_->header(name); }
  const HttpHeaders& headers() const override { return inner_->headers(); }
  Task<Result<std::string>> read() override {
    auto piece = co_await inner_->read();
    if (!piece)
      finish(piece.error());
    else if (piece->empty())
      finish(std::nullopt);
    else if (file_)
      record_.pieces.push_back(*piece);
    co_return piece;
  }

 private:
  void finish(std::optional<Error> error) {
    if (!file_) return;
    record_.error = std::move(error);
    std::exchange(file_, nullptr)->append(record_);
  }

  std::unique_ptr<HttpExchange> inner_;
  std::shared_ptr<ExchangeFile> file_;  // empty once written
  RecordedExchange record_;
};

class RecordingTransport final : public Transport {
 public:
  RecordingTransport(std::shared_ptr<Transport> inner, std::shared_ptr<ExchangeFile> file)
      : inner_(std::move(inner)), file_(std::move(file)) {}

  Task<Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    RecordedExchange record;
    record.method = request.method;
    record.target = recorded_target(request.url);
    record.request = request.body;
    auto exchange = co_await inner_->send(std::move(request));
    if (!exchange) {
      record.error = exchange.error();
      file_->append(record);
      co_return base::fail(std::move(exchange).error());
    }
    co_return std::make_unique<RecordingExchange>(std::move(*exchange), file_, std::move(record));
  }

 private:
  std::shared_ptr<Transport> inner_;
  std::shared_ptr<ExchangeFile> file_;
};

}  // namespace

Result<std::shared_ptr<Transport>> recording_transport(std::shared_ptr<Transport> inner,
                                                       const std::string& path) {
  GENKAI_ASSIGN_OR_RETURN(auto file, ExchangeFile::open(path));
  return std::make_shared<RecordingTransport>(std::move(inner), std::move(file));
}

}  // namespace genkai::model
