#pragma once
// HTTP/1.1 on the side of the server, as much as the test upstream needs.

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.h"
#include "protocol.h"

namespace genkai::test {

/// Status line and headers; chunked without a length.
std::string head_of(const Plan& plan, std::optional<std::size_t> length);
/// One chunk of a chunked body; an empty one ends it.
std::string chunk(std::string_view bytes);

/// What has arrived, appended to `buffer`. False at the end of the connection.
base::Task<bool> read_more(boost::asio::ip::tcp::socket& socket, std::string& buffer);
/// The next request; `buffer` keeps what has come after it. False at the end of the connection and for what
/// is no request.
base::Task<bool> read_request(boost::asio::ip::tcp::socket& socket, std::string& buffer, Request& request);

}  // namespace genkai::test
