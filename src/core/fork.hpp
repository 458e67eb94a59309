// What a fork must find unlocked.
#pragma once

#include <mutex>

namespace halfpixel {

// A thread that holds the mutex while another one forks is not there in the child, where the mutex
// would stay locked: so whoever forks takes it first. For mutexes that live as long as the program,
// held for a moment and never two at once; at most eight of them.
void hold_across_forks(std::mutex& mutex);

}  // namespace halfpixel
