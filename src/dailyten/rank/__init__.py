"""A story's score as a sum of named reasons. Points are comparable inside one edition only."""
