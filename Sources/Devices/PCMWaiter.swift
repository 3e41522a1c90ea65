import CALSA
import Glibc

/// Waits for a device and for a nudge at once, which `snd_pcm_wait` cannot. One thread; allocates at init.
final class PCMWaiter {
    private let nudge: Nudge
    private let all: UnsafeMutableBufferPointer<pollfd>
    private let ofDevice: UnsafeMutableBufferPointer<pollfd>

    init(pcm: borrowing PCMHandle, nudge: Nudge) {
        self.nudge = nudge
        all = .allocate(capacity: pcm.pollCount + 1)
        all.initialize(repeating: pollfd())
        ofDevice = UnsafeMutableBufferPointer(rebasing: all[..<(all.count - 1)])
    }

    deinit { all.deallocate() }

    /// Waits until a period can be moved or somebody nudges. 1: one of both, 0: time is over, negative: `errno`.
    func wait(_ pcm: borrowing PCMHandle, period: Int, milliseconds: Int32) -> Int {
        let room = pcm.available()
        if room < 0 || room >= period { return room < 0 ? room : 1 }
        let count = pcm.pollDescriptors(ofDevice)
        if count < 0 { return count }
        all[all.count - 1] = pollfd(fd: nudge.descriptor, events: Int16(POLLIN), revents: 0)
        let found = poll(all.baseAddress, nfds_t(all.count), milliseconds)
        if found < 0 { return errno == EINTR ? 1 : -Int(errno) }
        if found == 0 { return 0 }
        if all[all.count - 1].revents != 0 { nudge.clear() }
        let events = pcm.pollEvents(ofDevice)
        return events < 0 ? events : 1
    }
}
