#include "wire.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdio>

namespace genkai::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Task;

constexpr std::size_t kHeaderLimit = 64 << 10, kBodyLimit = 64 << 20;
const auto kToken = asio::as_tuple(asio::use_awaitable);

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

Task<bool> read_chunks(tcp::socket& socket, std::string& buffer, std::string& body) {
  while (true) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n")) == std::string::npos)
      if (!co_await read_more(socket, buffer)) co_return false;
    std::size_t size = 0;
    const auto parsed = std::from_chars(buffer.data(), buffer.data() + end, size, 16);
    if (parsed.ec != std::errc() || body.size() + size > kBodyLimit) co_return false;
    while (buffer.size() < end + 2 + size + 2)
      if (!co_await read_more(socket, buffer)) co_return false;
    body.append(buffer, end + 2, size);
    buffer.erase(0, end + 2 + size + 2);
    if (size == 0) co_return true;
  }
}

}  // namespace

std::string chunk(std::string_view bytes) {
  char size[20];
  const int digits = std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  std::string out;
  out.reserve(bytes.size() + 24);
  out.append(size, static_cast<std::size_t>(digits)).append(bytes).append("\r\n");
  return out;
}

std::string head_of(const Plan& plan, std::optional<std::size_t> length) {
  std::string head = "HTTP/1.1 " + std::to_string(plan.status) + " ";
  head.append(reason_of(plan.status)).append("\r\nContent-Type: ").append(plan.content_type).append("\r\n");
  for (const auto& [name, value] : plan.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (length)
    head += "Content-Length: " + std::to_string(*length) + "\r\n\r\n";
  else
    head += "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";
  return head;
}

Task<bool> read_more(tcp::socket& socket, std::string& buffer) {
  char piece[16 << 10];
  auto [error, size] = co_await socket.async_read_some(asio::buffer(piece), kToken);
  if (!error) buffer.append(piece, size);
  co_return !error;
}

Task<bool> read_request(tcp::socket& socket, std::string& buffer, Request& request) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (buffer.size() > kHeaderLimit) co_return false;
    if (!co_await read_more(socket, buffer)) co_return false;
  }
  std::string_view head = std::string_view(buffer).substr(0, end + 2);
  const std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const std::size_t first = line.find(' '), second = line.rfind(' ');
  if (first == std::string_view::npos || second <= first) co_return false;
  request.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, second - first - 1);
  request.path = target.substr(0, target.find('?'));
  head.remove_prefix(line_end + 2);
  while (!head.empty()) {
    const std::size_t stop = head.find("\r\n");
    const std::string_view field = head.substr(0, stop);
    head.remove_prefix(stop + 2);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) co_return false;
    std::string_view value = field.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    request.headers.emplace_back(lower(field.substr(0, colon)), value);
  }
  buffer.erase(0, end + 4);
  if (lower(request.header("expect")) == "100-continue") {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(kContinue), kToken);
  }
  if (lower(request.header("transfer-encoding")) == "chunked")
    co_return co_await read_chunks(socket, buffer, request.body);
  std::size_t length = 0;
  const std::string_view declared = request.header("content-length");
  std::from_chars(declared.data(), declared.data() + declared.size(), length);
  if (length > kBodyLimit) co_return false;
  while (buffer.size() < length)
    if (!co_await read_more(socket, buffer)) co_return false;
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  co_return true;
}

}  // namespace genkai::test
