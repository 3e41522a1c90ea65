extension SessionStore {
    /// Names and sizes in bytes of the files in a session folder, sorted by name; empty when it cannot be read.
    public static func files(at path: String) -> [(name: String, bytes: Int64)] {
        ((try? FolderListing.names(path)) ?? []).compactMap { name in
            guard let found = FolderListing.kind(path + "/" + name), found.kind == .file else { return nil }
            return (name, found.bytes)
        }
    }
}
