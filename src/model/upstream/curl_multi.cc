#include "model/upstream/curl_multi.h"

#include <signal.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <new>
#include <utility>

namespace genkai::model {

namespace asio = base::asio;

namespace {

constexpr long kKeptConnections = 1024;

}  // namespace

/// A socket of curl's, which curl opens and closes.
struct CurlMulti::Watch {
  using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  Watch(asio::io_context& context, curl_socket_t fd) : descriptor(context, fd) {}
  ~Watch() { release(); }
  void release() {
    closed = true;
    if (descriptor.is_open()) descriptor.release();
  }

  Descriptor descriptor;
  int wanted = CURL_POLL_NONE;
  bool reading = false, writing = false;  // a wait is pending
  bool closed = false;
};

namespace {

CURLcode start_curl() {
  // TLS writes by write(), which ends the program when the other side is gone.
  struct sigaction action {};
  if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}

}  // namespace

asio::execution_context::id CurlMulti::id;

CurlMulti::CurlMulti(asio::execution_context& context)
    : service(context), context_(static_cast<asio::io_context&>(context)) {
  static const CURLcode global = start_curl();
  multi_ = global == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi_ == nullptr) throw std::bad_alloc();
  timer_.emplace(context_);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlMulti::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
}

CurlMulti::~CurlMulti() = default;

CurlMulti& CurlMulti::of(const asio::any_io_executor& executor) {
  return asio::use_service<CurlMulti>(
      asio::query(executor, asio::execution::context_as<asio::execution_context&>));
}

void CurlMulti::shutdown() noexcept {
  for (CurlJob* job : jobs_) curl_multi_remove_handle(multi_, job->easy());
  for (CurlJob* job : std::exchange(jobs_, {})) job->context_gone();
  curl_multi_cleanup(std::exchange(multi_, nullptr));
  for (auto& [fd, watch] : std::exchange(watches_, {})) watch->release();
  timer_.reset();
}

void CurlMulti::add(CurlJob& job) {
  if (curl_multi_add_handle(multi_, job.easy()) != CURLM_OK) return job.ended(CURLE_FAILED_INIT);
  jobs_.insert(&job);
  act(CURL_SOCKET_TIMEOUT, 0);  // connects, or sends on a kept connection, without a turn of the event loop
}

void CurlMulti::remove(CurlJob& job) {
  if (jobs_.erase(&job) == 0) return;
  curl_multi_remove_handle(multi_, job.easy());
  settle();
}

void CurlMulti::resume(CurlJob& job) {
  if (!jobs_.contains(&job)) return;
  curl_easy_pause(job.easy(), CURLPAUSE_CONT);
  settle();
}

int CurlMulti::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& multi = *static_cast<CurlMulti*>(self);
  if (what == CURL_POLL_REMOVE)
    multi.unwatch(fd);
  else
    multi.watch(fd, what);
  return 0;
}

int CurlMulti::on_timer(CURLM*, long milliseconds, void* self) {
  auto& multi = *static_cast<CurlMulti*>(self);
  multi.wait_milliseconds_ = milliseconds;
  multi.wait_changed_ = true;
  return 0;
}

void CurlMulti::watch(curl_socket_t fd, int wanted) {
  auto& watch = watches_[fd];
  if (!watch) watch = std::make_shared<Watch>(context_, fd);
  watch->wanted = wanted;
  arm(watch);
}

void CurlMulti::unwatch(curl_socket_t fd) {
  const auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  found->second->release();
  watches_.erase(found);
}

void CurlMulti::arm(const std::shared_ptr<Watch>& watch) {
  const auto wait = [&](int direction, bool Watch::*pending, asio::posix::descriptor_base::wait_type type,
                        int event) {
    if ((watch->wanted & direction) == 0 || (*watch).*pending) return;
    (*watch).*pending = true;
    watch->descriptor.async_wait(
        type, [this, watch, direction, pending, event](const boost::system::error_code& error) {
          (*watch).*pending = false;
          if (watch->closed || error) return;
          if ((watch->wanted & direction) != 0) act(watch->descriptor.native_handle(), event);
          if (!watch->closed) arm(watch);
        });
  };
  wait(CURL_POLL_IN, &Watch::reading, asio::posix::descriptor_base::wait_read, CURL_CSELECT_IN);
  wait(CURL_POLL_OUT, &Watch::writing, asio::posix::descriptor_base::wait_write, CURL_CSELECT_OUT);
}

void CurlMulti::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, fd, events, &running);
  settle();
}

/// After every call into curl: what has ended, and when curl wants to be called again.
void CurlMulti::settle() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    char* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    auto& job = *reinterpret_cast<CurlJob*>(owner);
    jobs_.erase(&job);
    curl_multi_remove_handle(multi_, message->easy_handle);
    job.ended(code);
  }
  if (!std::exchange(wait_changed_, false)) return;
  if (wait_milliseconds_ != 0) timer_->cancel();
  if (wait_milliseconds_ == 0 && !kick_posted_) {
    kick_posted_ = true;
    asio::post(context_, [this] {
      kick_posted_ = false;
      act(CURL_SOCKET_TIMEOUT, 0);
    });
  } else if (wait_milliseconds_ > 0) {
    timer_->expires_after(std::chrono::milliseconds(wait_milliseconds_));
    timer_->async_wait([this](const boost::system::error_code& error) {
      if (!error) act(CURL_SOCKET_TIMEOUT, 0);
    });
  }
}

}  // namespace genkai::model
