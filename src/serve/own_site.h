#pragma once
// Against pages of other sites that a browser on this machine shows: without keys, being on this machine is
// all that lets a request in, and such a page's requests come from here too.

#include "serve/http.h"

namespace genkai::serve {

/// False for a request that a page of another site makes (its Origin is not the host that is asked), and for
/// one to a name that is neither localhost nor an IP address: another site may point its name here (DNS
/// rebinding) and so be the same origin.
bool from_own_site(const HttpRequest& request);

}  // namespace genkai::serve
