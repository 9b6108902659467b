"""Pages that read across apps; none of them changes an incident."""
