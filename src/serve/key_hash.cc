#include "serve/key_hash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace genkai::serve {

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

std::string hash_of_key(std::string_view salt, std::string_view key) {
  std::string text(salt);
  text += key;
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  OPENSSL_cleanse(text.data(), text.size());
  return to_hex({reinterpret_cast<const char*>(digest), sizeof digest});
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view id_of_key(std::string_view key) {
  if (key.substr(0, kKeyPrefix.size()) != kKeyPrefix) return {};
  key.remove_prefix(kKeyPrefix.size());
  const std::size_t dash = key.find('-');
  return dash == std::string_view::npos ? std::string_view() : key.substr(0, dash);
}

}  // namespace genkai::serve
