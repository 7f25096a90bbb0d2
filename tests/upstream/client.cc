#include "client.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace genkai::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Task;

const auto kToken = asio::as_tuple(asio::use_awaitable);

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view find(const Fields& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

}  // namespace

std::string_view ResponseHead::header(std::string_view name) const {
  return find(headers, name);
}
std::string_view Exchange::header(std::string_view name) const {
  return find(headers, name);
}

std::string request_text(std::string_view method, std::string_view path, std::string_view body,
                         const Fields& headers) {
  std::string out;
  out.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  for (const auto& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
  if (method == "POST") out += "Content-Type: application/json\r\n";
  if (method == "POST" || !body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return out.append("\r\n").append(body);
}

Task<bool> Client::connect(std::uint16_t port) {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  auto [error] = co_await socket_.async_connect(endpoint, kToken);
  if (error) co_return false;
  socket_.set_option(tcp::no_delay(true));
  co_return true;
}

Task<bool> Client::send(std::string_view bytes) {
  auto [error, size] = co_await asio::async_write(socket_, asio::buffer(bytes), kToken);
  co_return !error;
}

Task<bool> Client::read_more() {
  char piece[16 << 10];
  auto [error, size] = co_await socket_.async_read_some(asio::buffer(piece), kToken);
  if (!error) buffer_.append(piece, size);
  co_return !error;
}

Task<std::optional<ResponseHead>> Client::head() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!co_await read_more()) co_return std::nullopt;
  ResponseHead head;
  std::string_view text = std::string_view(buffer_).substr(0, end + 2);
  if (text.size() > 12) std::from_chars(text.data() + 9, text.data() + 12, head.status);
  text.remove_prefix(text.find("\r\n") + 2);
  while (!text.empty()) {
    const std::size_t stop = text.find("\r\n");
    const std::string_view field = text.substr(0, stop);
    text.remove_prefix(stop + 2);
    const std::size_t colon = std::min(field.find(':'), field.size());
    std::string_view value = field.substr(std::min(colon + 1, field.size()));
    while (value.starts_with(' ')) value.remove_prefix(1);
    head.headers.emplace_back(lower(field.substr(0, colon)), value);
  }
  buffer_.erase(0, end + 4);
  chunked_ = lower(head.header("transfer-encoding")) == "chunked";
  close_ = lower(head.header("connection")) == "close";
  const std::string_view length = head.header("content-length");
  left_ = 0;
  std::from_chars(length.data(), length.data() + length.size(), left_);
  until_close_ = !chunked_ && length.empty() && head.status != 204;
  ended_ = !chunked_ && !until_close_ && left_ == 0;
  co_return head;
}

Task<std::optional<std::string>> Client::piece() {
  std::string out;
  if (ended_) co_return out;
  if (!chunked_) {
    if (buffer_.empty() && !co_await read_more()) {
      ended_ = until_close_;
      if (until_close_) co_return out;
      co_return std::nullopt;
    }
    const std::size_t size = until_close_ ? buffer_.size() : std::min(left_, buffer_.size());
    out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    left_ -= until_close_ ? 0 : size;
    ended_ = !until_close_ && left_ == 0;
    co_return out;
  }
  // Chunks that are there already come together.
  std::size_t at = 0;
  while (true) {
    const std::size_t line = buffer_.find("\r\n", at);
    std::size_t size = 0;
    if (line != std::string::npos) {
      const auto parsed = std::from_chars(buffer_.data() + at, buffer_.data() + line, size, 16);
      if (parsed.ec != std::errc()) co_return std::nullopt;
    }
    if (line == std::string::npos || buffer_.size() < line + 2 + size + 2) {
      buffer_.erase(0, at);
      at = 0;
      if (!out.empty()) co_return out;
      if (!co_await read_more()) co_return std::nullopt;
      continue;
    }
    out.append(buffer_, line + 2, size);
    at = line + 2 + size + 2;
    if (size > 0) continue;
    buffer_.erase(0, at);
    ended_ = true;
    co_return out;
  }
}

void Client::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Task<Exchange> fetch(std::uint16_t port, std::string method, std::string path, std::string body,
                     Fields headers) {
  Exchange exchange;
  Client client(co_await asio::this_coro::executor);
  if (!co_await client.connect(port)) co_return exchange;
  const std::string request = request_text(method, path, body, headers);
  if (!co_await client.send(request)) co_return exchange;
  std::optional<ResponseHead> head = co_await client.head();
  if (!head) co_return exchange;
  exchange.status = head->status;
  exchange.headers = std::move(head->headers);
  while (true) {
    std::optional<std::string> piece = co_await client.piece();
    if (!piece) co_return exchange;
    if (piece->empty()) break;
    exchange.body += *piece;
  }
  exchange.whole = true;
  co_return exchange;
}

std::vector<std::string> events_of(std::string_view body) {
  std::vector<std::string> events;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find("\n\n"), body.size());
    const std::string_view event = body.substr(0, end);
    body.remove_prefix(std::min(end + 2, body.size()));
    const std::size_t data = event.starts_with("event: ") ? event.find('\n') + 1 : 0;
    if (event.substr(data).starts_with("data: ")) events.emplace_back(event.substr(data + 6));
  }
  return events;
}

}  // namespace genkai::test
