import Glibc

/// The disk as the recorder uses it. A port, so that a test can make it full, failing, slow or dead.
///
/// All calls block and are made by the recorder thread only. File numbers are the system's descriptors.
public protocol Disk: Sendable {
    /// Makes a folder with mode 0700. `EEXIST` when there is one.
    func createFolder(_ path: String) throws(DiskError)
    /// Makes a file that must not exist, mode 0600, never through a symbolic link, closed on exec; locked against
    /// other processes until it is closed or this process dies.
    func create(_ path: String) throws(DiskError) -> Int32
    /// Writes all of `bytes` at `offset`. After an error any prefix may have been written.
    func write(_ bytes: RawSpan, to file: Int32, at offset: Int64, path: String) throws(DiskError)
    /// Makes sure that `bytes` more can be written after `offset` without a full disk; the size does not change.
    func reserve(_ bytes: Int64, in file: Int32, after offset: Int64, path: String) throws(DiskError)
    /// Sets the size: more is silence (a hole), less cuts.
    func resize(_ file: Int32, to size: Int64, path: String) throws(DiskError)
    /// Waits until what was written is on the medium. An error is final for the file: the kernel may have dropped it.
    func sync(_ file: Int32, path: String) throws(DiskError)
    /// Puts a whole small file in place at once: temporary file, optional sync, rename.
    func replace(_ path: String, with bytes: [UInt8], durable: Bool) throws(DiskError)
    /// Removes a file.
    func remove(_ path: String) throws(DiskError)
    /// Bytes free for us where `path` lies; nil when unknown.
    func freeSpace(at path: String) -> Int64?
    /// Closes a file.
    func close(_ file: Int32)
}

extension Disk {
    /// Makes a folder and those above it that are missing; one that is there is fine.
    public func createFolders(_ path: String) throws(DiskError) {
        do throws(DiskError) { try createFolder(path) } catch  where error.number == EEXIST {
            return
        } catch  where error.number == ENOENT {
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw error }
            try createFolders(String(path[..<slash]))
            try createFolder(path)
        }
    }
}
