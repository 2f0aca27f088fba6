package fleet

// UserOrder is an order of users. Ties are ordered by id.
type UserOrder string

// The orders of users.
const (
	UserNameAsc       UserOrder = "NAME_ASC" // ignoring case: the default
	UserNameDesc      UserOrder = "NAME_DESC"
	UserCreatedAtDesc UserOrder = "CREATED_AT_DESC"
	UserCreatedAtAsc  UserOrder = "CREATED_AT_ASC"
)

// UserOrders lists every order, the default first.
func UserOrders() []UserOrder {
	return []UserOrder{UserNameAsc, UserNameDesc, UserCreatedAtDesc, UserCreatedAtAsc}
}

// List returns the list of a company's users in this order.
func (o UserOrder) List(company UUID) List {
	l := List{Name: "users", Company: company, Order: string(o), Key: TextKey}
	if o == UserCreatedAtAsc || o == UserCreatedAtDesc {
		l.Key = TimeKey
	}
	return l
}

// Position returns the user's position in this order.
func (u *User) Position(by UserOrder) Position {
	if by == UserCreatedAtAsc || by == UserCreatedAtDesc {
		return Position{timeKey(u.CreatedAt), u.ID}
	}
	return Position{u.Name, u.ID} // lowered by the database
}

// UserFilter selects the users that meet every condition. A nil condition is ignored.
type UserFilter struct {
	IDs        []RowID
	Search     *string
	Role       []Role
	DisabledAt *DateTimeFilter // none for a user that may sign in
	CreatedAt  *DateTimeFilter

	And, Or []*UserFilter
	Not     *UserFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *UserFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *UserFilter) Conditions() int { return checkFilter(f).conditions }

func (f *UserFilter) check(c *checker) {
	c.ids("ids", KindUser, f.IDs)
	c.search(f.Search)
	c.list("role", f.Role != nil, len(f.Role))
	c.times("disabledAt", f.DisabledAt)
	c.times("createdAt", f.CreatedAt)
	within(c, f.And, f.Or, f.Not)
}
