#include <zlib.h>

#include "knowledge/document/blocks.h"

namespace genkai::knowledge::reading {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;
constexpr std::size_t kAlwaysAllowed = std::size_t{1} << 20;  // so small that its ratio does not matter

}  // namespace

base::Result<std::string> gunzip(std::string_view bytes, const ParseLimits& limits) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK)
    return base::fail(base::Code::internal, "zlib cannot be started");
  const auto release = [](z_stream* s) { inflateEnd(s); };
  const std::unique_ptr<z_stream, decltype(release)> owner(&stream, release);
  std::string out;
  std::string buffer(kChunk, '\0');
  std::size_t read = 0;
  for (int state = Z_OK; read < bytes.size() || stream.avail_in > 0 || state == Z_OK;) {
    if (stream.avail_in == 0) {
      if (read == bytes.size()) return base::fail(base::Code::corrupt, "the gzip data ends early");
      const std::size_t size = std::min(kChunk, bytes.size() - read);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + read));
      stream.avail_in = static_cast<uInt>(size);
      read += size;
    }
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
      return base::fail(base::Code::corrupt, "the gzip data is damaged");
    out.append(buffer.data(), buffer.size() - stream.avail_out);
    if (out.size() > limits.unpacked_bytes)
      return base::fail(base::Code::resource_exhausted,
                        "unpacks to more than " + std::to_string(limits.unpacked_bytes >> 20) + " MiB");
    if (out.size() > kAlwaysAllowed && out.size() / limits.unpack_ratio > bytes.size())
      return base::fail(base::Code::resource_exhausted, "unpacks to more than " +
                                                            std::to_string(limits.unpack_ratio) +
                                                            " times its size, which only a bomb does");
    if (state == Z_STREAM_END) {
      // A further member may follow; anything else after the end is padding.
      if (stream.avail_in == 0 && read < bytes.size()) continue;
      if (stream.avail_in < 2 || stream.next_in[0] != 0x1F || inflateReset(&stream) != Z_OK) break;
      state = Z_OK;
    }
  }
  return out;
}

}  // namespace genkai::knowledge::reading
